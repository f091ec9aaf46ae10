/*
 * How a container is made of namespaces, as POSIX shell. All its mounts lie in its own mount namespace, so they go with it; whatever
 * kills its first process ends everything in it.
 */

/**
 * On this machine, in a mount namespace of its own. Arguments: the container's folder, its group of processes, `overlay` or `copy`,
 * `systemd` or `waiter`, `own` or `shared` network, and the script of its first process.
 * In the folder, `base` is the root file system it begins with, and `upper` holds what is its own from the start.
 */
export const launch = String.raw`set -eu
folder=$1 group=$2 storage=$3 first=$4 network=$5 inside=$6
PATH=$PATH:/usr/sbin:/sbin
cd "$folder"
mkdir -p root work
if test "$storage" != overlay || ! mount -t overlay overlay -o lowerdir=base,upperdir=upper,workdir=work root; then
  cp -a base/. root/
  cp -a upper/. root/
  mount --bind root root
fi
set -- --fork --kill-child --pid --ipc --uts
if test "$network" = own; then set -- "$@" --net; fi
if test "$first" = systemd; then
  mkdir -p groups
  mount -t cgroup2 cgroup2 groups
  mkdir -p "groups/$group"
  echo $$ >"groups/$group/cgroup.procs"
  set -- "$@" --cgroup
fi
exec unshare "$@" /bin/sh -c "$inside" first "$first" "$group"
`;

/**
 * The container's first process, before it becomes its init. Arguments: `systemd` or `waiter`, and the host name. Tells its process id
 * on this machine in the file `pid`. What the kernel keeps once for all, as /proc/sys and the devices, is read-only or left out.
 */
export const firstProcess = String.raw`set -eu
read -r pid rest </proc/self/stat
echo "$pid" >pid.new
hostname "$2"
mount -t proc proc root/proc
mount --bind root/proc/sys root/proc/sys
mount -o remount,bind,ro root/proc/sys
if test -e root/proc/sysrq-trigger; then mount --bind /dev/null root/proc/sysrq-trigger; fi
mount -t sysfs -o ro sysfs root/sys
mount -t tmpfs -o mode=755 tmpfs root/run
mount -t tmpfs -o mode=755 tmpfs root/dev
for name in null zero full random urandom tty; do
  touch "root/dev/$name"
  mount --bind "/dev/$name" "root/dev/$name"
done
mkdir root/dev/pts root/dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts root/dev/pts
mount -t tmpfs -o mode=1777 tmpfs root/dev/shm
ln -s pts/ptmx root/dev/ptmx
ln -s /proc/self/fd root/dev/fd
if test "$1" = systemd; then mount -t cgroup2 cgroup2 root/sys/fs/cgroup; fi
mv pid.new pid
cd root
pivot_root . mnt
cd /
umount -l /mnt
touch /run/container-is-there
set -- "$1" env -i container=lxc PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  setpriv --bounding-set=-sys_module,-sys_rawio,-sys_time,-mac_admin,-mac_override
case $1 in
  systemd) shift; exec "$@" /sbin/init ;;
  *) shift; exec "$@" /bin/bash -c 'while :; do sleep 600 & wait $!; done' ;;
esac
`;

/** Removes groups of processes that have ended. Argument: what their names begin with. In a mount namespace of its own. */
export const removeGroups = String.raw`set -eu
folder=$(mktemp -d)
trap 'umount "$folder"; rmdir "$folder"' EXIT
mount -t cgroup2 cgroup2 "$folder"
for group in "$folder/$1"*; do
  if test -d "$group"; then find "$group" -depth -type d -exec rmdir {} +; fi
done
`;

/** How a process enters a container, as lxc-attach does: all its namespaces and its root. The process id comes after `--target`. */
export const enter = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd'] as const;

export * from './fullness.js';
export * from './group-room.js';
export * from './groups-room.js';
export * from './use-server-groups.js';

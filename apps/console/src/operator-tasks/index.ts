export * from './operator-tasks-room.js';

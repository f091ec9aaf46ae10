export * from './ask-button.js';
export * from './facts.js';
export * from './frame.js';
export * from './page.js';
export * from './paged-table.js';
export * from './states.js';
export * from './words.js';

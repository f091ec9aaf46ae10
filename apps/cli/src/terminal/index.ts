export { painted, plain, type Line, type Piece, type Style } from './paint.js';
export { Screen, type ScreenStream } from './screen.js';

export { callsOfJob, errandProgram, errands } from './errands.js';
export { answerMs, ills, Provider, type Ill } from './provider.js';

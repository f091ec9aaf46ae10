export { freePort } from './free-port.js';
export { lockFolder, type FolderLock } from './folder-lock.js';
export { KeptDatabase } from './kept-database.js';
export { identityOf, livingProcess } from './process-identity.js';
export { Panel, type PanelOptions, type StartTimes } from './panel.js';
export { aborted, listenForStop, type StopSignals } from './stop-signals.js';
export { SupervisedProcess, type ProcessEvent, type ProcessPlan } from './supervised-process.js';

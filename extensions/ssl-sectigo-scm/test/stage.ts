import { afterEach } from '@jest/globals';
import { startCertificateStage, type CertificateStage } from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';

export { runOnStage as run } from '@hostwright/sdk-testing';
export type Stage = CertificateStage;

let stages: Stage[] = [];
afterEach(async () => {
  await Promise.all(stages.map((stage) => stage.stop()));
  stages = [];
});

/** Sectigo Certificate Manager with a name server that it validates by. */
export async function aStage(speed = 0.0002): Promise<Stage> {
  const stage = await startCertificateStage(sandboxDefinition, speed);
  stages.push(stage);
  return stage;
}

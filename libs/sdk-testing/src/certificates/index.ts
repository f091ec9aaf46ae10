export { runOnStage, startCertificateStage, type CertificateStage } from './certificate-stage.js';

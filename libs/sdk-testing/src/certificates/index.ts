export { startCertificateStage, type CertificateStage } from './certificate-stage.js';

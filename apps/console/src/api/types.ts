import type { components } from './schema.js';

type Schemas = components['schemas'];

/* The answers of the API, by the names the console has for them. */
export type Account = Pick<Schemas['AccountAnswer'], 'id' | 'email' | 'role'>;
export type CustomerJob = Schemas['CustomerJobAnswer'];
export type CustomerJobDetails = Schemas['CustomerJobDetailsAnswer'];
export type CustomerStep = Schemas['CustomerStepAnswer'];
export type Failure = Schemas['FailureAnswer'];
export type Job = Schemas['JobAnswer'];
export type JobState = Job['state'];
export type JobDetails = Schemas['JobDetailsAnswer'];
export type JobComponent = Schemas['JobComponentAnswer'];
export type JobStep = Schemas['JobStepAnswer'];
export type OperatorTask = Schemas['OperatorTaskAnswer'];
export type Service = Schemas['ServiceAnswer'];
export type ServiceDetails = Schemas['ServiceDetailsAnswer'];
export type ServiceComponent = Schemas['ServiceComponentAnswer'];
export type Inspection = Schemas['InspectionAnswer'];
export type ComponentInspection = Schemas['ComponentInspectionAnswer'];
export type Server = Schemas['ServerAnswer'];
export type ConnectionTest = Schemas['ConnectionTestAnswer'];
export type ServiceAction = Schemas['ServiceActionAnswer'];
export type Domain = Schemas['DomainAnswer'];
export type ComponentUsage = Schemas['ComponentUsageAnswer'];
export type Restoration = Schemas['RestorationAnswer'];
export type RestoredServer = Schemas['RestoredServerAnswer'];
export type Finding = Schemas['FindingAnswer'];
export type Run = Schemas['RunAnswer'];
export type Webhook = Schemas['WebhookAnswer'];
export type WebhookDelivery = Schemas['WebhookDeliveryAnswer'];
export type WebhookDeliveryDetails = Schemas['WebhookDeliveryDetailsAnswer'];
export type Extension = Schemas['ExtensionAnswer'];

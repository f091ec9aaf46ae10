import { Shows } from '../http/index.js';

export class CreateSupportBody {
  @Shows('text', { description: "The caller's id, 1–255 characters; once only" }) readonly service_id: string;
  @Shows('text') readonly email: string;
  @Shows('text', { description: '1–100 characters' }) readonly firstname: string;
  @Shows('text', { description: '1–100 characters' }) readonly lastname: string;
}

export class SupportBody {
  @Shows('text') readonly service_id: string;
}

export class CreateSupportAnswer {
  @Shows('flag') readonly success: true;
  @Shows('text') readonly service_id: string;
  @Shows('text', { description: 'Stays the same for as long as there is the subscription' }) readonly support_key: string;
  @Shows('text', { enum: ['ACTIVE'] }) readonly status: string;
}

export class SupportStatusAnswer {
  @Shows('flag') readonly success: true;
  @Shows('text') readonly service_id: string;
  @Shows('text', { enum: ['SUSPENDED', 'ACTIVE', 'INACTIVE'] }) readonly status: string;
}

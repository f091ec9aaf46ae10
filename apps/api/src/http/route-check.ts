import 'reflect-metadata';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { admissionOf } from './admission.js';

/** Refuses to start while a route does not say who may call it. */
@Injectable()
export class RouteCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const silent = this.discovery.getControllers().flatMap(({ metatype }) => {
      const prototype = metatype?.prototype as Record<string, object> | undefined;
      if (!metatype || !prototype) return [];
      return this.scanner
        .getAllMethodNames(prototype)
        .filter(
          (method) => Reflect.hasMetadata(METHOD_METADATA, prototype[method] ?? {}) && admissionOf(prototype[method] ?? {}) === undefined,
        )
        .map((method) => `${metatype.name}.${method}`);
    });
    if (silent.length > 0) throw new Error(`these routes do not say who may call them: ${silent.join(', ')}`);
  }
}

import { Module } from '@nestjs/common';
import { ProductCatalog } from './product-catalog.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [ProductCatalog], exports: [ProductCatalog] })
export class CatalogModule {}

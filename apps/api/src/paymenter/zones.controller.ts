import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { actorOf, type Caller } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { CurrentCaller, Scopes } from '../http/index.js';
import { KnownKeys } from './known-keys.js';
import { PaymenterErrorAnswer } from './paymenter.answers.js';
import { ZoneCalls } from './zone-calls.js';
import { newRecordIn, newZoneIn, recordRemovalIn, userIdIn, zoneIn } from './zone-input.js';
import { NewRecordBody, NewZoneBody, RecordRemovalBody, ZoneBody, ZonesAnswer, ZonesBody } from './zones.answers.js';

const plainText = 'text/plain';
const contentType = [`content-type`, `${plainText}; charset=utf-8`] as const;
/** What all of these answer. */
const said = { type: String, description: 'Begins with `success`' };
const wrong = { type: String, description: 'What is wrong, for a person' };

/** The calls of Paymenter's DNS extension, at the paths and in the words it uses. All but one are answered in plain text, errors too. */
@ApiTags('Paymenter')
@Controller('customdomain')
export class ZonesController {
  constructor(private readonly zones: ZoneCalls) {}

  @Post('getdata')
  @KnownKeys('user_id')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: "A user's DNS zones with their records" })
  @ApiBody({ type: ZonesBody })
  @ApiOkResponse({ type: ZonesAnswer })
  @ApiBadRequestResponse({ type: PaymenterErrorAnswer })
  @ApiUnauthorizedResponse({ type: PaymenterErrorAnswer })
  list(@Body() body: unknown): Promise<JsonObject> {
    return this.zones.list(userIdIn(body));
  }

  @Post('add/zone')
  @KnownKeys('user_id', 'domain')
  @Scopes('paymenter')
  @HttpCode(200)
  @Header(...contentType)
  @ApiProduces(plainText)
  @ApiOperation({ summary: 'Make a zone of a domain that is delegated to our name servers: NS, and A for itself and www. May be repeated' })
  @ApiBody({ type: NewZoneBody })
  @ApiOkResponse(said)
  @ApiBadRequestResponse(wrong)
  @ApiUnauthorizedResponse(wrong)
  @ApiConflictResponse({ ...wrong, description: "Another user's zone, or one that is being deleted" })
  add(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<string> {
    return this.zones.add(newZoneIn(body), actorOf(caller));
  }

  @Post('delete/zone')
  @KnownKeys('user_id', 'domain')
  @Scopes('paymenter')
  @HttpCode(200)
  @Header(...contentType)
  @ApiProduces(plainText)
  @ApiOperation({ summary: 'Remove a zone with every record in it; may be repeated' })
  @ApiBody({ type: ZoneBody })
  @ApiOkResponse(said)
  @ApiBadRequestResponse(wrong)
  @ApiUnauthorizedResponse(wrong)
  @ApiNotFoundResponse(wrong)
  remove(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<string> {
    return this.zones.remove(zoneIn(body), actorOf(caller));
  }

  @Post('add/record')
  @KnownKeys('user_id', 'zone_id', 'type', 'name', 'ttl', 'ip', 'target', 'exchange', 'priority', 'txt', 'ns')
  @Scopes('paymenter')
  @HttpCode(200)
  @Header(...contentType)
  @ApiProduces(plainText)
  @ApiOperation({ summary: 'Add a record to the zone that its name is in; may be repeated' })
  @ApiBody({ type: NewRecordBody })
  @ApiOkResponse(said)
  @ApiBadRequestResponse(wrong)
  @ApiUnauthorizedResponse(wrong)
  @ApiNotFoundResponse(wrong)
  @ApiConflictResponse({ ...wrong, description: 'The name leads elsewhere, or the zone is being set up' })
  addRecord(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<string> {
    return this.zones.addRecord(newRecordIn(body), actorOf(caller));
  }

  @Post('delete/record')
  @KnownKeys('user_id', 'zone_id', 'rc_id')
  @Scopes('paymenter')
  @HttpCode(200)
  @Header(...contentType)
  @ApiProduces(plainText)
  @ApiOperation({ summary: 'Remove a record, by the ids that getdata answers' })
  @ApiBody({ type: RecordRemovalBody })
  @ApiOkResponse(said)
  @ApiBadRequestResponse(wrong)
  @ApiUnauthorizedResponse(wrong)
  @ApiNotFoundResponse(wrong)
  @ApiConflictResponse({ ...wrong, description: 'It belongs to the zone itself' })
  removeRecord(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<string> {
    return this.zones.removeRecord(recordRemovalIn(body), actorOf(caller));
  }
}

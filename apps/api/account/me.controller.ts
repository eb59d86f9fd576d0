import { Controller, Get } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';

/** The key a request was sent with. */
export class OwnKey {
  @ApiProperty({ example: '4gT9xkQ2mLwa' })
  id: string;

  @ApiProperty({ example: 'first steps' })
  name: string;

  @ApiProperty({ enum: ['read', 'write', 'operator'], isArray: true })
  scopes: readonly string[];

  @ApiProperty({ enum: ['live', 'test'], description: 'Leads of test keys never meet live ones.' })
  mode: string;

  @ApiProperty({ example: 120 })
  rate_limit_per_minute: number;
}

/** The account a key belongs to. */
export class OwnTenant {
  @ApiProperty({ example: 'demo' })
  id: string;

  @ApiProperty({ enum: ['live', 'sandbox'], description: 'In a sandbox nobody is called.' })
  mode: string;
}

/** Who a key says one is. */
export class Me {
  @ApiProperty({ type: OwnKey })
  key: OwnKey;

  @ApiProperty({ type: OwnTenant })
  tenant: OwnTenant;
}

@Controller('v1/me')
export class MeController {
  @Get()
  @Access('any key')
  @DescribeRoute({
    summary: 'Check a key',
    description: 'What the key in the Authorization header may do, and for which account.',
    answers: { 200: Me },
  })
  me(@CallingKeyOf() { key }: Calling): Me {
    const { keyId, keyName, scopes, mode, rateLimitPerMinute, tenantId, tenantMode } = key;
    return {
      key: { id: keyId, name: keyName, scopes, mode, rate_limit_per_minute: rateLimitPerMinute },
      tenant: { id: tenantId, mode: tenantMode },
    };
  }
}

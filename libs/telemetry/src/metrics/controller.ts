import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { renderMetrics } from './exposition.ts';
import { negotiateFormat } from './negotiation.ts';

/** Answers scrapes in the format that the scraper asks for. */
@Controller()
export class MetricsController {
  @Get()
  @Header('Cache-Control', 'no-store')
  async scrape(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const format = negotiateFormat(request.headers.accept);
    reply.header('Content-Type', format.contentType).header('Vary', 'Accept');
    return renderMetrics(format);
  }
}

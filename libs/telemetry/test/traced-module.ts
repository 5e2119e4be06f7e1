import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { Body, Controller, Get, Logger, Module, Post, Query, Req } from '@nestjs/common';
import { trace } from '@opentelemetry/api';

// Only a `require` sees what the instrumentation of outgoing requests puts in the place of `node:http`; axios, CommonJS inside, does the same.
const http = createRequire(import.meta.url)('node:http') as typeof import('node:http');

/** Ids of the span that is active where it is called. */
export interface ActiveSpan {
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

function activeSpan(): ActiveSpan {
  const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? { traceId: undefined, spanId: undefined };
  return { traceId, spanId };
}

/** Handlers that tell which span they run in. */
@Controller()
class TracedController {
  readonly #logger = new Logger(TracedController.name);

  @Get('span')
  async span(): Promise<readonly ActiveSpan[]> {
    const before = activeSpan();
    await turn();
    this.#logger.log('a line of a handler');
    return [before, activeSpan()];
  }

  @Post('span')
  spanOfBody(@Body() body: unknown): { body: unknown; span: ActiveSpan } {
    return { body, span: activeSpan() };
  }

  /** Fastify leaves the body of a GET to the handler. */
  @Get('raw-body')
  async rawBody(@Req() { raw }: { raw: IncomingMessage }): Promise<readonly ActiveSpan[]> {
    const spans: ActiveSpan[] = [];
    raw.on('data', () => spans.push(activeSpan()));
    await new Promise<void>((resolve) => raw.on('end', () => resolve(void spans.push(activeSpan()))));
    return spans;
  }

  @Get('fetch')
  async fetch(@Query('url') url: string): Promise<ActiveSpan> {
    await (await fetch(url)).arrayBuffer();
    return activeSpan();
  }

  @Get('request')
  async request(@Query('url') url: string): Promise<ActiveSpan> {
    const [response] = (await once(http.get(url), 'response')) as [IncomingMessage];
    response.resume();
    return activeSpan();
  }
}

@Module({ controllers: [TracedController] })
export class TracedModule {}

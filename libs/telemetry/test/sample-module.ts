import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import {
  Body,
  type CanActivate,
  Controller,
  Get,
  Module,
  Param,
  Post,
  Res,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { ProblemException } from '../src/index.ts';

const nobody: CanActivate = { canActivate: () => false };

/** One route per way in which an answer can come about. */
@Controller()
class SampleController {
  @Get('ok')
  ok(): { ok: boolean } {
    return { ok: true };
  }

  @Get('broken')
  broken(): never {
    throw new Error('secret of the implementation');
  }

  @Get('refused')
  refused(): never {
    throw new ProblemException(409, 'The sample refuses.', { reason: 'sample' });
  }

  @Get('guarded')
  @UseGuards(nobody)
  guarded(): never {
    throw new Error('unreachable');
  }

  @Get('items/:id')
  item(@Param('id') id: string): { id: string } {
    return { id };
  }

  /** Answers when the client has gone, that is: never. */
  @Get('stuck')
  async stuck(@Res() { raw }: { raw: NodeJS.EventEmitter }): Promise<void> {
    await once(raw, 'close');
  }

  /** Starts a body that doesn't end. */
  @Get('endless')
  endless(): StreamableFile {
    const body = new PassThrough();
    body.write('the beginning');
    return new StreamableFile(body);
  }

  @Post('echo')
  echo(@Body() body: unknown): unknown {
    return body;
  }
}

@Module({ controllers: [SampleController] })
export class SampleModule {}

import { Module } from '@nestjs/common';
import { Pinger } from './pinger.ts';

@Module({ providers: [Pinger] })
export class PingerModule {}

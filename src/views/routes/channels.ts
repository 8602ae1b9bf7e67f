import { z } from 'zod'
import type { AlarmChannel, ChannelTestAnswer } from '../../base/wire/channels.js'
import { channelsAnswer, channelTestAnswer } from '../../base/wire/channels.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'

const tags = ['alarms']
const params = z.object({ id: z.string().describe('the id of a channel') })

export interface ChannelSources {
  /** Channels by which people are told of alarms, without secrets. */
  alarmChannels(): readonly AlarmChannel[]
  /** Sends a marked message now; null when there is no such channel. */
  testAlarmChannel(id: string): Promise<ChannelTestAnswer | null>
}

/** Routes of the channels by which people are told of alarms, and of whether that works. */
export function channelRoutes(server: Server, sources: ChannelSources): void {
  server.get(
    '/api/v1/alarms/channels',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Ways by which people are told of alarms, how each stands, and what it sent last',
        response: { 200: channelsAnswer },
      },
    },
    () => ({ channels: sources.alarmChannels() }),
  )
  server.post(
    '/api/v1/alarms/channels/:id/test',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'Send a message that is marked as a test now; the answer is what the other side says, in 10 s at most',
        params,
        response: { 200: channelTestAnswer, 403: problem, 404: problem },
      },
    },
    async ({ params: { id } }) => {
      const answer = await sources.testAlarmChannel(id)
      if (answer !== null) return answer
      const ids = sources.alarmChannels().map((channel) => channel.id)
      const list = ids.length === 0 ? 'none is configured (notify.channels)' : ids.join(', ')
      throw notFound(`There is no alarm channel ${id}: ${list}.`)
    },
  )
}

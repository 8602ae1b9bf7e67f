import type { ClientRefusal } from '../../base/wire/refused-clients.js'
import type { RefusedClients } from '../refused-clients.js'
import type { FrameResult } from '../stats.js'

/** A data logger has no client id, and the MN of a frame that is not taken proves nothing. */
const CLIENT = 'HJ 212'

const REFUSALS: Readonly<Record<Exclude<FrameResult, 'taken'>, readonly [reason: ClientRefusal, detail: string]>> = {
  bad: [
    'hj212_frame',
    'length, CRC or form of its frames is wrong: they are in quarantine; look at the line and the protocol of the data logger',
  ],
  unknown_station: ['hj212_station', 'no station has this MN: add it to hj212.stations; its frames are in quarantine'],
  wrong_password: [
    'hj212_password',
    'its PW is not that of the station: mend it in the data logger or in hj212.stations',
  ],
}

/** Tells of data loggers whose frames are not taken, until one is. */
export class RefusedLoggers {
  constructor(private readonly refused: Pick<RefusedClients, 'refused' | 'admitted'>) {}

  /** A damaged frame of a logger that is known is an accident of the line, and stands in quarantine alone. */
  frameCame(result: FrameResult | 'closed', address: string | undefined, isKnown: boolean): void {
    if (result === 'taken') this.refused.admitted({ client: CLIENT, address })
    if (result === 'taken' || result === 'closed' || (result === 'bad' && isKnown)) return
    const [reason, detail] = REFUSALS[result]
    this.refused.refused({ client: CLIENT, address }, reason, detail)
  }
}

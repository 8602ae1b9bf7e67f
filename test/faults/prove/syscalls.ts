import { hasStrace } from '../ground/injected.js'
import { refusedLives } from '../ground/refused-lives.js'
import { type Proof, say, verdictOf } from './proof.js'

const LIVES = 200
/** Without `--rounds`: a few minutes. */
const LIVES_AT_ONCE = 21

/** System calls that fail, or end the process, at chosen places (strace). */
export const syscalls: Proof = {
  name: 'syscalls',
  says: 'EIO, ENOSPC and kill -9 at drawn system calls of journal, archive, database, ledger, reports and backup (strace)',
  goal: '0 acknowledged readings lost or doubled, 0 databases set aside, every ledger and backup right, over 200 lives',
  async run({ seed, rounds }) {
    if (!hasStrace) throw new Error('strace is missing: apt-get install strace')
    const count = rounds ?? LIVES_AT_ONCE
    const { injected, ended, readings, broken } = await refusedLives(count, seed, (life, what) =>
      say(`syscalls: ${life} of ${count}: ${what}`),
    )
    for (const line of [...ended, ...broken]) say(`  ${line}`)
    const hits = Object.values(injected).reduce((sum, one) => sum + one, 0)
    return {
      figure: `${broken.length} broken promises in ${readings} acknowledged readings over ${count} lives with ${hits} calls that went wrong, ${ended.length} ended by themselves`,
      verdict: verdictOf(broken.length > 0, count, LIVES),
      parameters: { lives: count },
      figures: { readings, injected, ended: ended.slice(0, 20), broken: broken.slice(0, 20) },
    }
  },
}

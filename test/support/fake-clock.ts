import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LIBRARIES = '/usr/lib'
const LIBRARY = 'faketime/libfaketimeMT.so.1'

/** The clock of one process and of what it starts, for tests that set it while the process runs: libfaketime. */
export class FakeClock {
  readonly #dir = mkdtempSync(join(tmpdir(), 'greengauge-clock-'))
  readonly #file = join(this.#dir, 'offset')

  /** The environment of the process. Its running time and the times of files stay true. */
  readonly env: Readonly<Record<string, string>>

  constructor() {
    this.set(0)
    this.env = {
      LD_PRELOAD: libraryPath(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    }
  }

  /** So many milliseconds ahead of the true time from now on; behind it when negative. */
  set(offsetMs: number): void {
    const next = join(this.#dir, 'next')
    writeFileSync(next, `${offsetMs < 0 ? '-' : '+'}${(Math.abs(offsetMs) / 1000).toFixed(3)}`)
    renameSync(next, this.#file)
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** Throws where it is not installed. */
function libraryPath(): string {
  for (const folder of readdirSync(LIBRARIES)) {
    const path = join(LIBRARIES, folder, LIBRARY)
    try {
      if (readdirSync(join(LIBRARIES, folder, 'faketime')).includes('libfaketimeMT.so.1')) return path
    } catch {
      // No folder of libraries, or one without it.
    }
  }
  throw new Error('libfaketime is missing: apt-get install faketime')
}

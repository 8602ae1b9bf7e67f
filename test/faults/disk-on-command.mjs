import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeDisk } from '../../dist/src/journal/disk.js'

/**
 * The machine's disk, except that it does what files in a folder (`?folder=` in this module's own address) say: while
 * there is a `block`, a sync does not return, and leaves a `blocked` to show that it has been asked; while there is a
 * `refuse`, a sync fails as on a full disk; while there is a `keep`, no file is removed, as of a disk that is broken.
 */
const folder = new URL(import.meta.url).searchParams.get('folder')
const flag = (name) => fileURLToPath(`file://${folder}/${name}`)
const pause = new Int32Array(new SharedArrayBuffer(4))

export const disk = {
  ...nodeDisk,
  syncData(fd) {
    while (existsSync(flag('block'))) {
      writeFileSync(flag('blocked'), '')
      Atomics.wait(pause, 0, 0, 10)
    }
    if (existsSync(flag('refuse'))) {
      throw Object.assign(new Error('ENOSPC: no space left on device, fdatasync'), { code: 'ENOSPC' })
    }
    nodeDisk.syncData(fd)
  },
  remove(file) {
    if (existsSync(flag('keep'))) {
      writeFileSync(flag('kept'), '')
      throw Object.assign(new Error(`EIO: i/o error, rm '${file}'`), { code: 'EIO', syscall: 'rm' })
    }
    nodeDisk.remove(file)
  },
}

import { nodeDisk } from '../../src/journal/disk.js'
import { SegmentLog } from '../../src/journal/segment-log.js'
import { journalSuite } from './journal.suite.js'

journalSuite('a journal of files', async (dir, limits) => SegmentLog.open(nodeDisk, dir, limits))

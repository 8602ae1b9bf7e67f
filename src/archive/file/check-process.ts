import { faultOfFile } from './check.js'

/** A process that looks at the database of its first argument, and says on stdout what is wrong with it. */
void faultOfFile(process.argv[2] ?? '').then((fault) => process.stdout.write(fault))

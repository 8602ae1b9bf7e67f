import { join } from 'node:path'
import { packageRoot } from '../program/version.js'

/** The folder of the faces that are embedded in printed reports: the build copies them there, with their licence. */
export const reportFonts = join(packageRoot, 'dist', 'fonts')

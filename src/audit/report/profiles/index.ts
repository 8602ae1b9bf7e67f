import type { ReportProfile } from '../../../base/report.js'
import { CBAM } from './cbam.js'
import { GBT32150 } from './gbt32150.js'
import { GHG } from './ghg.js'
import type { ReportForm } from './profile.js'

export const PROFILES: Readonly<Record<ReportProfile, ReportForm>> = { ghg: GHG, gbt32150: GBT32150, cbam: CBAM }

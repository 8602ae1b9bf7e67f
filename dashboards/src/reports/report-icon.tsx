import superseded from 'lucide-static/icons/archive.svg?raw'
import rest from 'lucide-static/icons/calendar.svg?raw'
import readings from 'lucide-static/icons/database.svg?raw'
import factor from 'lucide-static/icons/hash.svg?raw'
import parts from 'lucide-static/icons/list-tree.svg?raw'
import frozen from 'lucide-static/icons/lock.svg?raw'
import draft from 'lucide-static/icons/pencil-line.svg?raw'
import add from 'lucide-static/icons/plus.svg?raw'
import proof from 'lucide-static/icons/shield-check.svg?raw'
import formula from 'lucide-static/icons/square-function.svg?raw'
import { Drawing } from '../ui/icon.js'

/** Drawings that only the auditor's pages need. */
const ICONS = { add, days: rest, draft, factor, formula, frozen, parts, proof, readings, superseded } as const

export type ReportIconName = keyof typeof ICONS

export function ReportIcon({ name, size = 16 }: { readonly name: ReportIconName; readonly size?: number }) {
  return <Drawing svg={ICONS[name]} size={size} />
}

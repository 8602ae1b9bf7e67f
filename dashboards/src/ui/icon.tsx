import gateway from 'lucide-static/icons/activity.svg?raw'
import arrowDown from 'lucide-static/icons/arrow-down-right.svg?raw'
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw'
import arrowRight from 'lucide-static/icons/arrow-right.svg?raw'
import arrowUp from 'lucide-static/icons/arrow-up-right.svg?raw'
import bell from 'lucide-static/icons/bell.svg?raw'
import bellOff from 'lucide-static/icons/bell-off.svg?raw'
import chart from 'lucide-static/icons/chart-column.svg?raw'
import check from 'lucide-static/icons/check.svg?raw'
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw'
import chevronLeft from 'lucide-static/icons/chevron-left.svg?raw'
import chevron from 'lucide-static/icons/chevron-right.svg?raw'
import alert from 'lucide-static/icons/circle-alert.svg?raw'
import help from 'lucide-static/icons/circle-question-mark.svg?raw'
import clock from 'lucide-static/icons/clock.svg?raw'
import copy from 'lucide-static/icons/copy.svg?raw'
import download from 'lucide-static/icons/download.svg?raw'
import reveal from 'lucide-static/icons/eye.svg?raw'
import conceal from 'lucide-static/icons/eye-off.svg?raw'
import reports from 'lucide-static/icons/file-text.svg?raw'
import filter from 'lucide-static/icons/funnel.svg?raw'
import image from 'lucide-static/icons/image.svg?raw'
import keys from 'lucide-static/icons/keyboard.svg?raw'
import overview from 'lucide-static/icons/layout-grid.svg?raw'
import signOut from 'lucide-static/icons/log-out.svg?raw'
import moon from 'lucide-static/icons/moon.svg?raw'
import plug from 'lucide-static/icons/plug-zap.svg?raw'
import radio from 'lucide-static/icons/radio.svg?raw'
import retry from 'lucide-static/icons/refresh-cw.svg?raw'
import devices from 'lucide-static/icons/router.svg?raw'
import search from 'lucide-static/icons/search.svg?raw'
import sun from 'lucide-static/icons/sun.svg?raw'
import table from 'lucide-static/icons/table.svg?raw'
import wall from 'lucide-static/icons/tv.svg?raw'
import unplug from 'lucide-static/icons/unplug.svg?raw'
import account from 'lucide-static/icons/user-round.svg?raw'
import close from 'lucide-static/icons/x.svg?raw'
import zoomOut from 'lucide-static/icons/zoom-out.svg?raw'

const ICONS = {
  account,
  alert,
  arrowDown,
  arrowLeft,
  arrowRight,
  arrowUp,
  bell,
  bellOff,
  chart,
  check,
  chevron,
  chevronDown,
  chevronLeft,
  clock,
  close,
  conceal,
  copy,
  devices,
  download,
  filter,
  gateway,
  help,
  image,
  keys,
  moon,
  overview,
  plug,
  radio,
  reports,
  retry,
  reveal,
  search,
  signOut,
  sun,
  table,
  unplug,
  wall,
  zoomOut,
} as const

export type IconName = keyof typeof ICONS

/** A drawing beside a word that says the same: hidden from screen readers, coloured by its text. */
export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) => (
  <Drawing svg={ICONS[name]} size={size} />
)

/** The same of a page that brings its own: `svg` is the text of a file of lucide-static, fixed at build time. */
export function Drawing({ svg, size }: { readonly svg: string; readonly size: number }) {
  return (
    <span
      class="icon"
      style={{ width: `${size}px`, height: `${size}px` }}
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  )
}

/** 中, drawn: an English reader's system may have no Chinese font, and the face is fetched for readers of Chinese only. */
export function ChineseSign() {
  return (
    <svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M2.5 5h11v5.5h-11zM8 1.5v13" />
    </svg>
  )
}

/** The scale over the balance line. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path class="mark-gauge" d="M4 15.5a8 8 0 0 1 16 0M12 15l3.4-4.6" />
      <path class="mark-line" d="M2.5 20h19" />
    </svg>
  )
}

/** The octagon of what is critical, as long as nobody has acknowledged it. */
export function CriticalSign() {
  return (
    <svg class="critical-sign" viewBox="0 0 16 16" aria-hidden="true">
      <path class="critical-shape" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" />
      <path class="critical-mark" d="M8 4.5v4M8 11.2v.1" />
    </svg>
  )
}

import { type Place, pageOf, type View } from './pages.js'
import { hrefOf, type Kept } from './route.js'
import { language } from './settings.js'
import { route } from './state.js'

/** Title of a page in the reader's language; '' where its heading is a name. */
export function titleOf(view: View): string {
  return pageOf(view).title?.[language.value] ?? ''
}

/** The address of another place, with the range and all else that is kept on the way. */
export function linkTo(place: Place): string {
  const { range, compare, wall } = route.value
  return hrefOf({ ...place, range, compare, wall })
}

export function goTo(place: Place): void {
  location.hash = linkTo(place)
}

/** The same place, with another range or the like. */
export function linkWith(changed: Partial<Kept>): string {
  return hrefOf({ ...route.value, ...changed })
}

/** Changes what is kept without a new entry in the history of the browser for each step. */
export function keep(changed: Partial<Kept>): void {
  location.replace(linkWith(changed))
}

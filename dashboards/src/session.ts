import { computed, effect, signal } from '@preact/signals'
import { RIGHTS, type Right } from '../../src/base/roles.js'
import type { SessionAnswer } from '../../src/views/wire/session.js'
import { getSession, passThrough } from './gateway/api.js'
import { chooseOperator, operator, words } from './settings.js'

/** Session of whoever is at this browser, and what they may do. */

/** Session where nobody has to sign in, and until the gateway has said otherwise. */
const ANYBODY: SessionAnswer = { required: false, name: '', role: null, rights: Object.keys(RIGHTS) as Right[] }

export const session = signal(ANYBODY)
export const isSignedOut = computed(() => session.value.required && session.value.name === '')
/** The account of whoever is signed in; '' for nobody, and where nobody has to be. */
export const account = computed(() => session.value.name)
/** Name in which things are done here: the account's, or what somebody has said of themselves. */
export const actor = computed(() => (account.value === '' ? operator.value : account.value))
/** The name that something is done in, and from now on: the account's, or the one that was given. */
export function actingAs(given: string): string {
  if (account.value !== '') return account.value
  const name = given.trim()
  if (name !== '') chooseOperator(name)
  return name
}
/** Name of whoever signed in last: once their session is over it stands in the form by which they come back. */
export const lastName = signal('')
/** The form of a page whose session is over is open. */
export const isSigningIn = signal(false)

export const may = (right: Right): boolean => !session.value.required || session.value.rights.includes(right)

/** Reason why somebody may not: who can, and who they are themselves. `toSee`: for what is only looked at. */
export function whyNot(right: Right, toSee = false): string {
  const w = words().account
  const { role } = session.value
  const who = w.whoCan[right]
  if (role === null) return toSee ? w.onlySeenBy(who) : w.onlyFor(who)
  return toSee ? w.notSeenBy(who, w.roles[role]) : w.notFor(who, w.roles[role])
}

export function signedInAs(answer: SessionAnswer): void {
  if (answer.name !== '') lastName.value = answer.name
  session.value = answer
  if (!isSignedOut.peek()) isSigningIn.value = false
}

let look: Promise<void> | null = null

/** Asks who is signed in; one request for all who want to know at the same time. */
export function lookAgain(): Promise<void> {
  look ??= (async () => {
    const answer = await getSession()
    look = null
    // A session that could not be read stays as it was: whoever is not let in is told so by the next answer.
    if (answer.kind === 'loaded') signedInAs(answer.value)
  })()
  return look
}

/** Resolves when somebody is signed in, or nobody has to be. */
export function signedIn(): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (isSignedOut.value) return
      resolve()
      queueMicrotask(() => stop())
    })
  })
}

/** Asks somebody who acts to sign in at once, as they want to go on; somebody who only looks reads the banner. */
const askIfAct = (isAct: boolean) => {
  if (isAct && isSignedOut.peek()) isSigningIn.value = true
}

/** Has every request go by who is signed in, and the page tell by its looks when nobody is. */
export function guardSession(): void {
  passThrough({
    shut: (isAct) => {
      if (!isSignedOut.peek()) return null
      askIfAct(isAct)
      return words().account.over
    },
    refused: (isAct) => void lookAgain().then(() => askIfAct(isAct)),
  })
  effect(() => {
    document.documentElement.toggleAttribute('data-signed-out', isSignedOut.value)
  })
  document.addEventListener('visibilitychange', () => {
    // Another tab may have signed out, or in as somebody else: the cookie is the browser's.
    if (!document.hidden && session.peek().required) void lookAgain()
  })
}

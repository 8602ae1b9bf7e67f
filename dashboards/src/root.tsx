import { effect, signal } from '@preact/signals'
import { startSound } from './alarms/sound.js'
import { App } from './app.js'
import { isSignedOut } from './session.js'
import { SignInPage } from './shell/sign-in.js'
import { start } from './state.js'

/** Somebody has come in. A page that was open stays open when their session is over: see `SignInDialog`. */
const isOpen = signal(false)

/** Begins as soon as somebody is signed in, or at once where nobody has to be. */
export function openWhenSignedIn(): void {
  effect(() => {
    if (isSignedOut.value || isOpen.peek()) return
    isOpen.value = true
    start()
    startSound()
  })
}

export function Root() {
  return isOpen.value ? <App /> : <SignInPage />
}

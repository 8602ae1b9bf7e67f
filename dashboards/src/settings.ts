import { batch, effect, signal } from '@preact/signals'
import { LANGUAGES, type Language, shownPieces } from './format.js'
import type { Dictionary } from './i18n/en.js'

/** Choices that the reader has made for this browser. Nothing chosen: the theme and language of the system. */

/** Only the language that is read is fetched before the first paint. */
const DICTIONARIES: Readonly<Record<Language, () => Promise<Dictionary>>> = {
  en: async () => (await import('./i18n/en.js')).en,
  zh: async () => (await import('./i18n/zh.js')).zh,
}

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`greengauge.${key}`)
  } catch {
    return null // storage is refused in some private windows
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`greengauge.${key}`, value)
  } catch {
    // Then the choice lasts as long as the page.
  }
}

const systemLanguage: Language = navigator.language.startsWith('zh') ? 'zh' : 'en'
export const language = signal<Language>(LANGUAGES.find((l) => l === remembered('language')) ?? systemLanguage)

const systemDark = matchMedia('(prefers-color-scheme: dark)')
const chosenTheme = remembered('theme')
export const isDark = signal(chosenTheme === null ? systemDark.matches : chosenTheme === 'dark')

const dictionary = signal<Dictionary | null>(null)

/** The words of the language in use. Nothing is shown before they are there: see `main.tsx`. */
export const words = (): Dictionary => dictionary.value!

/** Fetches the words of the language in use; called once, before the first paint. */
export async function fetchWords(): Promise<void> {
  dictionary.value = await DICTIONARIES[language.peek()]()
}

/** Fetches the words of the other languages, so that they are there when somebody chooses one while the gateway is away. */
export async function fetchOtherWords(): Promise<void> {
  for (const fetchOne of Object.values(DICTIONARIES)) await fetchOne()
}

/** The page goes on in its language until the words of the other one are there. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  const fetched = await DICTIONARIES[chosen]()
  batch(() => {
    dictionary.value = fetched
    language.value = chosen
  })
  remember('language', chosen)
}

export function chooseDark(dark: boolean): void {
  isDark.value = dark
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  remember('theme', dark ? 'dark' : 'light')
}

/** Name of whoever acts at this browser, as they have said themselves; '' before. */
export const operator = signal(remembered('operator') ?? '')

export function chooseOperator(name: string): void {
  operator.value = name
  remember('operator', name)
}

/** True when alarms that need a person at once are heard. */
export const isLoud = signal(remembered('sound') === 'on')

export function chooseLoud(loud: boolean): void {
  isLoud.value = loud
  remember('sound', loud ? 'on' : 'off')
}

/** True when letters and signs are commands: whoever speaks to the browser, or slips, turns them off. */
export const areKeysOn = signal(remembered('keys') !== 'off')

export function chooseKeys(on: boolean): void {
  areKeysOn.value = on
  remember('keys', on ? 'on' : 'off')
}

systemDark.addEventListener('change', () => {
  if (document.documentElement.dataset.theme === undefined) isDark.value = systemDark.matches
})

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  shownPieces.value = language.value === 'zh' ? '件' : null
  // A hundred slices of a face, declared only where Chinese is read and fetched only where the system has none.
  if (language.value === 'zh') void import('@fontsource-variable/noto-sans-sc/index.css')
})

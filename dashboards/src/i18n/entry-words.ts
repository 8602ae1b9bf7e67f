import { language } from '../settings.js'
import { entries as en } from './en/entries.js'
import { entries as zh } from './zh/entries.js'

/** The words of the page of entries; they come with it. */
export const entryWords = () => (language.value === 'zh' ? zh : en)

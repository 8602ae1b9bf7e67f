import { type ElementValue, valueIn, withValue } from './element.js'
import { FieldControl } from './field-control.js'
import { labelOf } from './field-text.js'
import { type JsonSchema, type KeyPath, kindOf } from './json-schema.js'
import { sectionWords } from './words.js'

interface SchemaFieldsProps {
  readonly schema: JsonSchema
  /** Kinds that the element can be of; none where there is one alone. */
  readonly kinds: readonly string[]
  readonly isNew: boolean
  readonly value: ElementValue
  /** `isLeaf`: with what is said of its elements. */
  problemAt(path: KeyPath, isLeaf: boolean): string
  /** Two changes may come before the page is drawn again, so each is made of what the one before has left. */
  onChange(change: (now: ElementValue) => ElementValue): void
}

/** The settings of an element, those that are required first. */
export function SchemaFields({ schema, kinds, isNew, value, problemAt, onChange }: SchemaFieldsProps) {
  const set = (path: KeyPath, next: unknown) => onChange((now) => withValue(now, path, next) as ElementValue)
  const common = { value, problemAt, set }
  return (
    <>
      {kinds.length > 1 && (
        <FieldControl
          {...common}
          path={['type']}
          schema={{ enum: kinds, type: 'string' }}
          isRequired
          isFixed={!isNew}
          // Settings of another kind would be none of this one.
          set={(_, kind) =>
            onChange(({ id, language }) => ({
              type: kind,
              ...(id === undefined ? {} : { id }),
              ...(language === undefined ? {} : { language }),
            }))
          }
        />
      )}
      <Fields {...common} schema={schema} at={[]} />
    </>
  )
}

interface FieldsProps {
  readonly schema: JsonSchema
  readonly at: KeyPath
  readonly value: ElementValue
  /** `isLeaf`: with what is said of its elements. */
  problemAt(path: KeyPath, isLeaf: boolean): string
  set(path: KeyPath, next: unknown): void
}

function Fields({ schema, at, ...common }: FieldsProps) {
  const { properties = {}, required = [] } = schema
  const names = Object.keys(properties).filter((name) => properties[name]?.const === undefined)
  const ordered = [...names.filter((one) => required.includes(one)), ...names.filter((one) => !required.includes(one))]
  return (
    <>
      {ordered.map((name) => {
        const [path, one] = [[...at, name], properties[name]!]
        const kind = kindOf(one)
        if (kind === 'other') return null
        if (kind === 'rows') return <Rows key={name} {...common} path={path} schema={one} />
        if (kind === 'map') {
          return (
            <fieldset key={name} class="setting-group">
              <legend>{labelOf(path)}</legend>
              <Fields {...common} at={path} schema={one} />
            </fieldset>
          )
        }
        return <FieldControl key={name} {...common} path={path} schema={one} isRequired={required.includes(name)} />
      })}
    </>
  )
}

interface RowsProps extends Omit<FieldsProps, 'at'> {
  readonly path: KeyPath
}

/** Elements inside an element, such as the periods of a tariff. */
function Rows({ path, schema, ...common }: RowsProps) {
  const w = sectionWords()
  const found = valueIn(common.value, path)
  const rows = Array.isArray(found) ? found : []
  const said = [common.problemAt(path, false), ...rows.map((_, at) => common.problemAt([...path, at], false))]
    .join(' ')
    .trim()
  return (
    <fieldset class="setting-group">
      <legend>{labelOf(path)}</legend>
      {rows.map((_, at) => (
        <div key={at} class="setting-row">
          <Fields {...common} at={[...path, at]} schema={schema.items!} />
          <button type="button" class="button is-small" onClick={() => common.set([...path, at], undefined)}>
            {w.removeRow(String(at + 1))}
          </button>
        </div>
      ))}
      {said !== '' && <p class="setting-problem">{said}</p>}
      <button
        type="button"
        class="button is-small"
        aria-label={`${w.row}: ${labelOf(path)}`}
        onClick={() => common.set([...path, rows.length], {})}
      >
        {w.row}
      </button>
    </fieldset>
  )
}

/**
 * How a stored field is declared: open, with the reason why everybody may read it, or sensitive, with the party whose
 * key seals it. An undeclared field does not compile, and a free string is never open.
 */
import assert from 'node:assert/strict'
import { z } from 'zod'

/** base64url of SHA-256 over a disclosure (RFC 9901): 43 characters. */
export type Digest = string & z.core.$brand<'Digest'>

/**
 * What an event holds of sensitive content: its commitment. The content is in the vault under the key of a party.
 * `Content` is a phantom: it says what `open` will give back.
 */
export interface Sealed<Content> {
  readonly sealed: Digest
  readonly content?: Content
}

export interface OpenField<Schema extends z.ZodType = z.ZodType> {
  readonly kind: 'open'
  readonly reason: string
  readonly schema: Schema
}

export interface SensitiveField<Schema extends z.ZodType = z.ZodType> {
  readonly kind: 'sensitive'
  /** Name of the open field of the same event that holds the party's id. */
  readonly party: string
  readonly schema: Schema
}

export interface MaybeField<Field extends OpenField | SensitiveField> {
  readonly kind: 'maybe'
  readonly field: Field
}

export type DeclaredField = OpenField | SensitiveField | MaybeField<OpenField | SensitiveField>

type IsFree<Value> = Value extends string
  ? string extends Value
    ? true
    : false
  : Value extends number | boolean | null | undefined
    ? false
    : Value extends readonly (infer Item)[]
      ? IsFree<Item>
      : Value extends object
        ? { [Key in keyof Value]: IsFree<Value[Key]> }[keyof Value]
        : true

/** `Schema` unless a free string hides in it: then a type that nothing satisfies and whose name says why. */
type NoFreeString<Schema extends z.ZodType> =
  true extends IsFree<z.output<Schema>>
    ? 'a free string is never open: brand it or make it sensitive'
    : Schema

/** A fact that everybody who may read the ledger may read. `reason` is printed into the reviewed list of open fields. */
export function open<Schema extends z.ZodType>(
  reason: string,
  schema: Schema & NoFreeString<Schema>,
): OpenField<Schema> {
  return { kind: 'open', reason, schema }
}

/** Content under the key of one party; the entry holds a salted commitment to it. */
export function sensitive<Schema extends z.ZodType>(
  party: string,
  schema: Schema,
): SensitiveField<Schema> {
  return { kind: 'sensitive', party, schema }
}

/** A field that may be absent. */
export function maybe<Field extends OpenField | SensitiveField>(field: Field): MaybeField<Field> {
  return { kind: 'maybe', field }
}

export const isMaybe = (
  declared: DeclaredField,
): declared is MaybeField<OpenField | SensitiveField> => declared.kind === 'maybe'

/** What is declared, whether or not it may be absent. */
export const fieldOf = (declared: DeclaredField): OpenField | SensitiveField =>
  isMaybe(declared) ? declared.field : declared

/** Strings that are not free: each has a form that leaves no room for a sentence about a person. */
export const uuid = <Brand extends string>(_brand: Brand) => z.uuid().brand<Brand>()
export const instant = z.iso.datetime({ precision: 3 }).brand<'Instant'>()
export const date = z.iso.date().brand<'LocalDate'>()
export const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .brand<'Month'>()
export const digest = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .brand<'Digest'>()
/** What a sensitive field holds of a file: its bytes stand outside the ledger. Without a name: `''`. */
export const fileContent = z.strictObject({
  /** Hexadecimal, of the bytes as they are kept. Salted like every content, so it is never seen in clear. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  mediaType: z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/),
  /** Where the vault keeps it: a random id. */
  file: z.uuid(),
  name: z.string().max(255),
})
export type FileContent = z.output<typeof fileContent>
/** A value of a dated list, kept as its code: an unknown code stays readable, a new one needs no new event version. */
export const code = <List extends string>(_list: List) =>
  z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(60)
    .brand<List>()
/** A string of one narrow, published form, such as an area code. A form that a sentence fits is a bug. */
export function pattern<Brand extends string>(_brand: Brand, form: RegExp) {
  const whole = form.source.startsWith('^') && form.source.endsWith('$') && !form.multiline
  assert(whole && !form.test('iemand zei iets'), `${form} leaves room for a sentence`)
  return z.string().regex(form).max(100).brand<Brand>()
}
export const version = z
  .string()
  .regex(/^\d{4}-\d{2}(\.\d+)?$/)
  .brand<'Version'>()

export type Uuid<Brand extends string> = string & z.core.$brand<Brand>
export type Instant = z.output<typeof instant>

export interface EventDeclaration<
  Type extends string = string,
  Fields extends Readonly<Record<string, DeclaredField>> = Readonly<Record<string, DeclaredField>>,
> {
  readonly type: Type
  readonly version: number
  readonly fields: Fields
}

/** Declares a stored event. The type and the field names are the storage format: they are never renamed. */
export function event<
  Type extends string,
  const Fields extends Readonly<Record<string, DeclaredField>>,
>(type: Type, version: number, fields: Fields): EventDeclaration<Type, Fields> {
  return { type, version, fields }
}

type ValueOf<Field> =
  Field extends OpenField<infer Schema>
    ? z.output<Schema>
    : Field extends SensitiveField<infer Schema>
      ? Sealed<z.output<Schema>>
      : never

type PresentKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends MaybeField<infer _Field> ? never : Key
}[keyof Fields]
type MaybeKeys<Fields> = Exclude<keyof Fields, PresentKeys<Fields>>

type Flat<Shape> = { [Key in keyof Shape]: Shape[Key] } & {}

/** The event as deciders see it: flat, `type` beside its fields, sensitive content as its commitment. */
export type EventOf<Declaration> =
  Declaration extends EventDeclaration<infer Type, infer Fields>
    ? Flat<
        { readonly type: Type } & {
          readonly [Key in PresentKeys<Fields>]: ValueOf<Fields[Key]>
        } & {
          readonly [Key in MaybeKeys<Fields>]?: Fields[Key] extends MaybeField<infer Field>
            ? ValueOf<Field> | undefined
            : never
        }
      >
    : never

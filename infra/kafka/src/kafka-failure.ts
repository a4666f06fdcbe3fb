export type KafkaFailureCode =
  /** No `java` on the path, or one older than 17. */
  | 'java-missing'
  /** The jars are not there yet and there is no `mvn` on the path to fetch them. */
  | 'maven-missing'
  /** Maven could not reach a registry. What it did get is kept; the next start goes on from there. */
  | 'no-registry'
  /** Maven failed for another reason (disk full, a damaged download); its last lines are in the message. */
  | 'jars-not-fetched'
  /** Somebody else listens on the port that was asked for, or on the broker's own port at a restart. */
  | 'port-taken'
  /** Another broker runs on the same data directory. */
  | 'data-directory-in-use'
  /** The broker ended, or did not answer in time; its last lines are in the message. */
  | 'broker-did-not-start'

/**
 * A broker of our own could not be had. `message` says what happened in one line and `remedy` what the
 * reader can do about it; both are meant for a terminal. Nothing keeps running after this was thrown.
 */
export class KafkaFailure extends Error {
  readonly code: KafkaFailureCode
  readonly remedy: string

  constructor(code: KafkaFailureCode, said: { message: string; remedy: string; cause?: unknown }) {
    super(`${said.message} ${said.remedy}`, { cause: said.cause })
    this.name = 'KafkaFailure'
    this.code = code
    this.remedy = said.remedy
  }
}

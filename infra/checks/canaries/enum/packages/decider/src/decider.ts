export enum Verdict {
  Accepted,
  Refused,
}

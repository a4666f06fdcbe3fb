import { describe, expect, test } from 'vitest'
import { dutchStep } from './step-names.ts'

describe('the Dutch name of a step', () => {
  test.each([
    ['MeldingRegistered', 'melding geregistreerd'],
    ['MeldingAddedTo', 'melding aangevuld'],
    ['HandoverAccepted', 'overdracht aanvaard'],
    ['ContactPersonLeft', 'vast contactpersoon vertrokken'],
    ['PermitGranted', 'verzendtoestemming verleend'],
    ['HearingOpened', 'hoor en wederhoor geopend'],
    ['HearingSealed', 'hoor en wederhoor verzegeld'],
    ['ReferralOverdue', 'doorverwijzing te laat'],
    ['ErasureCompleted', 'wissing voltooid'],
    ['ErasureIncomplete', 'wissing onvolledig'],
    ['ErasureFinal', 'wissing definitief'],
    ['LegalHoldPlaced', 'opschorting van wissen geplaatst'],
    ['PartyErased', 'partij gewist'],
    ['MelderErased', 'melder gewist'],
    ['EpochProposed', 'tijdvak voorgesteld'],
    ['EpochBegun', 'tijdvak begonnen'],
    ['LogKeyRotationProposed', 'wisseling van de logsleutel voorgesteld'],
    ['LogKeyRotated', 'logsleutel gewisseld'],
    ['LedgerChecked', 'grootboek nagerekend'],
    ['FileAdded', 'bestand toegevoegd'],
    ['VerificationFailed', 'narekening mislukt'],
  ])('%s is %s', (type, dutch) => {
    expect(dutchStep(type)).toBe(dutch)
  })

  test.each(['SomethingElse', 'Registered', 'MeldingExploded', '', 'constructor'])(
    'is absent where a word is not known: %j',
    (type) => {
      expect(dutchStep(type)).toBeUndefined()
    },
  )
})

package main

import "fmt"

// verify is the whole of it. Without an error everything in the bundle holds; a brokenBundle is one that cannot be read,
// an unproved one says what does not hold and where first.
func verify(files bundle, asked request) (*verified, error) {
	shape, err := files.list().layout()
	if err != nil {
		return nil, err
	}
	keys, trust, err := keysToTrust(files, asked)
	if err != nil {
		return nil, err
	}
	disclosures, err := openDisclosures(files)
	if err != nil {
		return nil, err
	}
	defer disclosures.close()
	read := readDossier
	if shape.isLedger {
		read = readLedger
	}
	proved, err := read(files, shape, keys, disclosures)
	if err != nil {
		return nil, err
	}
	disclosed, err := disclosures.finish()
	if err != nil {
		return nil, err
	}
	if err := checkContinuity(files, shape, asked, keys, proved); err != nil {
		return nil, err
	}
	return &verified{
		OK: true, Trust: trust,
		Size: proved.checkpoint.tree.N, Root: proved.checkpoint.tree.Hash.String(),
		IndependentWitnesses: proved.checkpoint.witnesses,
		Checked:              checked{Entries: proved.entries, Disclosures: disclosed, Hearings: proved.hearings},
	}, nil
}

// keysToTrust reads the policy in any case: it proves nothing, but a bundle whose policy does not read is broken.
func keysToTrust(files bundle, asked request) (*keyring, string, error) {
	text, err := readWhole(files, policyFile, 1, keyFileMax)
	if err != nil {
		return nil, "", err
	}
	policy, err := parseKeys(text)
	if err != nil {
		return nil, "", broken("policy: %v", err)
	}
	if asked.trusted != nil {
		return asked.trusted, "given", nil
	}
	return policy, "bundle", nil
}

// A proof is what reading a bundle of either kind has shown.
type proof struct {
	checkpoint *checkpoint
	// note is the checkpoint verbatim.
	note              []byte
	entries, hearings int64
	// tiles is nil where the bundle holds none.
	tiles *tileReader
}

func baseOrigin(opened *checkpoint) string {
	base, _ := splitEpoch(opened.origin)
	return base
}

func at(leaf int64) string { return fmt.Sprintf("%d", leaf) }

// Command verifier checks a bundle of a Wederhoor case history: a second verifier, in another language and written
// apart from the first. All hashing of trees and all opening of signed notes is done by golang.org/x/mod/sumdb.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

const (
	exitOK        = 0
	exitUnproved  = 1
	exitBroken    = 2
	usageSentence = "usage: verifier [-trust file] [-since checkpoint] [-json] [-flip-every-bit] <bundle folder or .tar>"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

type options struct {
	trust, since, bundle string
	asJSON, flips        bool
}

func run(arguments []string, out, complaints io.Writer) int {
	opts, err := parseArguments(arguments)
	if err != nil {
		fmt.Fprintf(complaints, "%v\n%s\n", err, usageSentence)
		return exitBroken
	}
	request, err := readRequest(opts)
	if err != nil {
		return report(out, opts.asJSON, nil, err)
	}
	files, err := openBundle(opts.bundle)
	if err != nil {
		return report(out, opts.asJSON, nil, err)
	}
	defer files.close()
	if opts.flips {
		return reportFlips(out, files, request)
	}
	result, err := verify(files, request)
	return report(out, opts.asJSON, result, err)
}

func parseArguments(arguments []string) (options, error) {
	var opts options
	flags := flag.NewFlagSet("verifier", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&opts.trust, "trust", "", "file with the keys to trust, one vkey a line, from elsewhere than the bundle")
	flags.StringVar(&opts.since, "since", "", "file with a checkpoint that the bundle must go on from")
	flags.BoolVar(&opts.asJSON, "json", false, "answer in JSON")
	flags.BoolVar(&opts.flips, "flip-every-bit", false, "verify the bundle once for each of its bits, with that bit flipped")
	if err := flags.Parse(arguments); err != nil {
		return opts, err
	}
	if flags.NArg() != 1 {
		return opts, errors.New("name one bundle, after the flags")
	}
	opts.bundle = flags.Arg(0)
	return opts, nil
}

// A request is what the caller brings from elsewhere. Without trusted keys those of the bundle's own policy count.
type request struct {
	trusted *keyring
	since   []byte
}

const keyFileMax = 16 << 20

func readRequest(opts options) (request, error) {
	var asked request
	if opts.trust != "" {
		text, err := readSmallFile(opts.trust, keyFileMax)
		if err != nil {
			return asked, err
		}
		if asked.trusted, err = parseKeys(text); err != nil {
			return asked, broken("the file of trusted keys: %v", err)
		}
	}
	if opts.since != "" {
		text, err := readSmallFile(opts.since, noteMax)
		if err != nil {
			return asked, err
		}
		asked.since = text
	}
	return asked, nil
}

// A verified is the answer on a bundle in which everything fits.
type verified struct {
	OK                   bool    `json:"ok"`
	Trust                string  `json:"trust"`
	Size                 int64   `json:"size"`
	Root                 string  `json:"root"`
	IndependentWitnesses int     `json:"independentWitnesses"`
	Checked              checked `json:"checked"`
}

type checked struct {
	Entries     int64 `json:"entries"`
	Disclosures int64 `json:"disclosures"`
	Hearings    int64 `json:"hearings"`
}

type refused struct {
	OK        bool   `json:"ok"`
	Position  *int64 `json:"position"`
	LeafIndex *int64 `json:"leafIndex"`
	Reason    string `json:"reason"`
}

type unreadable struct {
	OK    bool   `json:"ok"`
	Error string `json:"error"`
}

func report(out io.Writer, asJSON bool, result *verified, err error) int {
	answer, code := answerOf(result, err)
	if asJSON {
		printJSON(out, answer)
	} else {
		fmt.Fprintln(out, sentenceOf(answer))
	}
	return code
}

func answerOf(result *verified, err error) (any, int) {
	if err == nil {
		return result, exitOK
	}
	var mismatch *unproved
	if !errors.As(err, &mismatch) {
		return unreadable{Error: err.Error()}, exitBroken
	}
	answer := refused{Reason: err.Error()}
	if mismatch.leaf >= 0 {
		leaf, position := mismatch.leaf, mismatch.leaf+1
		answer.LeafIndex, answer.Position = &leaf, &position
	}
	return answer, exitUnproved
}

func sentenceOf(answer any) string {
	switch answer := answer.(type) {
	case *verified:
		vouched := "under the keys you gave"
		if answer.Trust == "bundle" {
			vouched = "under the bundle's own keys, for which nobody vouches: give -trust"
		}
		return fmt.Sprintf("Verified %s.\nsize %d, root %s, independent witnesses %d; checked %d entries, %d disclosures, %d hearings.",
			vouched, answer.Size, answer.Root, answer.IndependentWitnesses,
			answer.Checked.Entries, answer.Checked.Disclosures, answer.Checked.Hearings)
	case refused:
		if answer.Position != nil {
			return fmt.Sprintf("DOES NOT VERIFY, first at position %d (leaf %d): %s", *answer.Position, *answer.LeafIndex, answer.Reason)
		}
		return "DOES NOT VERIFY: " + answer.Reason
	case unreadable:
		return "This is no bundle that can be read: " + answer.Error
	}
	panic("an answer of no known kind")
}

func printJSON(out io.Writer, answer any) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer); err != nil {
		panic(err)
	}
}

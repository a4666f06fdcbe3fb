package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"
)

// A flipReport says what became of a bundle with one bit flipped, for each of its bits. Informative files are left out:
// nothing is proved about them.
type flipReport struct {
	OK bool `json:"ok"`
	// Flips is how many bundles were verified.
	Flips int `json:"flips"`
	// Files counts the flips of each file.
	Files map[string]int `json:"files"`
	// Unseen are the flips after which the bundle still verified.
	Unseen []unseenFlip `json:"unseen"`
}

type unseenFlip struct {
	File                 string `json:"file"`
	Byte                 int    `json:"byte"`
	Bit                  int    `json:"bit"`
	IndependentWitnesses int    `json:"independentWitnesses"`
}

// flipBytesMax keeps this to small bundles: eight verifications a byte.
const flipBytesMax = 4 << 20

// reportFlips runs in memory, with the very function that verifies a bundle of the disk. Exit code 0 says only that the
// bundle verified and that all flips were tried; which of them went unseen is for the caller to judge.
func reportFlips(out io.Writer, files bundle, asked request) int {
	contents, err := loadAll(files)
	if err == nil {
		_, err = verify(newInMemory(contents), asked)
	}
	if err != nil {
		return report(out, true, nil, err)
	}
	result, err := flipBits(contents, asked, allBits)
	if err != nil {
		return report(out, true, nil, err)
	}
	printJSON(out, result)
	return exitOK
}

func loadAll(files bundle) (map[string][]byte, error) {
	contents := map[string][]byte{}
	for name := range files.list().sizes {
		content, err := readWhole(files, name, 0, flipBytesMax)
		if err != nil {
			return nil, err
		}
		contents[name] = content
	}
	return contents, nil
}

// allBits of the byte at some place; tests that must be quick take fewer.
func allBits(int) []int { return []int{0, 1, 2, 3, 4, 5, 6, 7} }

func flipBits(contents map[string][]byte, asked request, bitsAt func(int) []int) (*flipReport, error) {
	result := &flipReport{OK: true, Files: map[string]int{}, Unseen: []unseenFlip{}}
	type job struct {
		file string
		at   int
	}
	files := newInMemory(contents)
	if asked.trusted != nil {
		asked.trusted = asked.trusted.remembering()
	}
	jobs := make(chan job, 1024)
	var workers sync.WaitGroup
	var lock sync.Mutex
	var crash error
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for next := range jobs {
				unseen, err := flipByte(files, next.file, next.at, bitsAt(next.at), asked)
				lock.Lock()
				result.Unseen = append(result.Unseen, unseen...)
				if err != nil {
					crash = err
				}
				lock.Unlock()
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		if isInformative(name) {
			continue
		}
		for at := range contents[name] {
			jobs <- job{name, at}
			result.Files[name] += len(bitsAt(at))
		}
		result.Flips += result.Files[name]
	}
	close(jobs)
	workers.Wait()
	slices.SortFunc(result.Unseen, func(a, b unseenFlip) int {
		return cmp.Or(cmp.Compare(a.File, b.File), a.Byte-b.Byte, a.Bit-b.Bit)
	})
	return result, crash
}

// flipByte works on a copy of one file; all others are shared.
func flipByte(files inMemory, name string, at int, bits []int, asked request) (unseen []unseenFlip, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("a flip in byte %d of %s broke the verifier: %v", at, name, panicked)
		}
	}()
	files.changed, files.instead = name, slices.Clone(files.contents[name])
	for _, bit := range bits {
		files.instead[at] ^= 1 << bit
		if result, failure := verify(files, asked); failure == nil {
			unseen = append(unseen, unseenFlip{name, at, bit, result.IndependentWitnesses})
		}
		files.instead[at] ^= 1 << bit
	}
	return unseen, nil
}

package main

import (
	"fmt"
	"sync"
)

// A memory keeps what became of the same bytes before. Only flips.go uses one: it verifies nearly the same bundle hundreds
// of thousands of times, and would otherwise prove the untouched files again each time. A key is all that an outcome
// depends on, byte for byte. A nil memory remembers nothing.
type memory struct {
	opened sync.Map
	proved sync.Map
}

type openedNote struct {
	checkpoint *checkpoint
	err        error
}

func (m *memory) open(note []byte, keys *keyring) (*checkpoint, error) {
	if m == nil {
		return openAnew(note, keys)
	}
	if known, found := m.opened.Load(string(note)); found {
		return known.(openedNote).checkpoint, known.(openedNote).err
	}
	opened, err := openAnew(note, keys)
	m.opened.Store(string(note), openedNote{opened, err})
	return opened, err
}

func (m *memory) prove(leaf int64, proofText, entry []byte, prove func() (*proofFile, error)) (*proofFile, error) {
	if m == nil {
		return prove()
	}
	key := fmt.Sprintf("%d %d %s%s", leaf, len(proofText), proofText, entry)
	if known, found := m.proved.Load(key); found {
		return known.(*proofFile), nil
	}
	proved, err := prove()
	if err == nil {
		m.proved.Store(key, proved)
	}
	return proved, err
}

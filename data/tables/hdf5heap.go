package tables

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// checkHeaps returns an error if a heap of an HDF5 file claims to be larger than the file. The
// library allocates what a heap asks for, and a program cannot recover from running out of memory.
// Heaps begin with a signature of eight bytes, which numbers are unlikely to equal.
func checkHeaps(p place) error {
	f, err := os.Open(p.path)
	if err != nil {
		return err
	}
	defer f.Close()
	buffer := make([]byte, 1<<20)
	if _, err := f.ReadAt(buffer[:heapHead], 0); err != nil ||
		!bytes.HasPrefix(buffer, []byte("\x89HDF\r\n\x1a\n")) {
		return nil // the library says what is wrong
	}
	if !wideLengths(buffer) {
		return nil
	}
	for kept := 0; ; {
		read, err := io.ReadFull(f, buffer[kept:])
		part := buffer[:kept+read]
		if err := checkHeapSizes(part, p.size); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		kept = copy(buffer, part[len(part)-heapHead+1:])
	}
}

// heapHead is the number of bytes of the signature and the size of a heap.
const heapHead = 16

// wideLengths reports whether lengths take 8 bytes, according to the superblock at the start of a
// file. Shorter ones cannot ask for too much memory.
func wideLengths(superblock []byte) bool {
	switch superblock[8] {
	case 0, 1:
		return superblock[14] == 8
	case 2, 3:
		return superblock[10] == 8
	}
	return false
}

// checkHeapSizes checks the heaps that begin in a part of a file of size bytes.
func checkHeapSizes(part []byte, size int64) error {
	for _, signature := range []string{"HEAP\x00\x00\x00\x00", "GCOL\x01\x00\x00\x00"} {
		for rest := part; ; {
			at := bytes.Index(rest, []byte(signature))
			if at < 0 || at+heapHead > len(rest) {
				break
			}
			rest = rest[at+8:]
			if claimed := binary.LittleEndian.Uint64(rest); claimed > uint64(size) {
				return fmt.Errorf("the file is damaged: one of its heaps would take %d bytes",
					claimed)
			}
		}
	}
	return nil
}

package results

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// fileLine is a line of a file, without the newline. Its text is valid until the next is read.
type fileLine struct {
	text   []byte
	number int   // from 1
	offset int64 // of the first byte in the file
	ended  bool  // by a newline; the last line of a file may not be
}

// lineBuffer is how much of a file is read at once.
const lineBuffer = 1 << 16

// readLines calls a function with every line of a toys file, until it returns an error.
// It holds one line in memory.
func readLines(path string, call func(fileLine) error) (err error) {
	f, err := openRegular(path, os.O_RDONLY)
	if err != nil {
		return fmt.Errorf("results: reading toys: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := bufio.NewReaderSize(f, lineBuffer)
	line := fileLine{}
	for {
		line.number++
		text, err := readLine(r, line.text)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("results: reading toys: %w", err)
		}
		if len(text) == 0 {
			return nil // the file has ended with a newline
		}
		line.text, line.ended = bytes.CutSuffix(text, []byte("\n"))
		if err := call(line); err != nil {
			return err
		}
		line.offset += int64(len(text))
		line.text = text
	}
}

// readLine reads up to the next newline, and returns it, too. The buffer may be overwritten.
func readLine(r *bufio.Reader, buffer []byte) ([]byte, error) {
	text, err := r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return append(buffer[:0], text...), err
	}
	line := buffer[:0]
	for errors.Is(err, bufio.ErrBufferFull) {
		line = append(line, text...)
		text, err = r.ReadSlice('\n')
	}
	return append(line, text...), err
}

package tables

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pipe returns the path of a named pipe that gives some content once.
func pipe(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	makePipe(t, path)
	go func() {
		if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			io.Copy(f, bytes.NewReader(content)) // the reader notices if content is missing
			f.Close()
		}
	}()
	return path
}

// A pipe is read like a file, whatever its name, and as often as it is asked for.
func TestPipes(t *testing.T) {
	t.Parallel()
	text := []byte("a;b;c\n1,5;2;x\n3;4;y\n")
	file := npy("'<f4'", "False", "(2, 2)", binary.LittleEndian, []float32{1.5, 2, 3, 4})
	for name, content := range map[string][]byte{"csv": text, "csv.gz": gzipped(t, text),
		"npy": file, "npy.gz": gzipped(t, file)} {
		path := pipe(t, content)
		table := mustRead(t, path, ReadOptions{})
		checkTable(t, table, table.Names(), []float64{1.5, 2}, []float64{3, 4})
		in, err := Inspect(path, ReadOptions{})
		if err != nil || in.Rows != 2 || in.DiskBytes != int64(len(content)) {
			t.Errorf("%s: %+v (%v)", name, in, err)
		}
		if !IsStream(path) || IsStream(writeNamed(t, "t.csv", text)) || IsStream("nowhere") {
			t.Error("IsStream is wrong")
		}
		var stream *StreamError
		if _, err := Path(path); !errors.As(err, &stream) {
			t.Errorf("the path of a pipe: %v", err)
		}
		if strings.HasPrefix(name, "csv") {
			labels, err := ReadLabels(path+":c", Dialect{})
			if err != nil || !slices.Equal(labels, []string{"x", "y"}) {
				t.Errorf("labels %q (%v)", labels, err)
			}
		}
	}
}

func TestPipesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"PAR1...":           "a Parquet file, which cannot be read from a stream",
		"PK\x03\x04":        "an .npz file",
		"\x89HDF\r\n\x1a\n": "an HDF5 file", "": "the stream is empty",
		"a\n1\n2\n3\n4\n": "more than 8 bytes",
	} {
		_, err := Read(pipe(t, []byte(content)), ReadOptions{MaxBytes: 8})
		checkError(t, err, want)
	}
}

// A compressed file that becomes far larger than it is ends before it fills the memory or the day.
func TestDecompressedBytes(t *testing.T) {
	t.Parallel()
	random := make([]byte, 1000)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(random) // never fails
	for most, want := range map[int64]bool{999: false, 1000: true} {
		content, err := io.ReadAll(&gunzip{r: bytes.NewReader(random), most: most})
		if ok := err == nil && len(content) == 1000; ok != want {
			t.Errorf("of 1000 bytes, %d may be read: %v", most, err)
		}
	}
}

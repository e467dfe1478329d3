package results

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// The checksum of a line or a file is the last key of its JSON object: the beginning of the
// SHA-256, in hex, of the text before the comma in front of the key. Versions before November 2026
// wrote none.
const (
	lineSumKey  = `,"checksum":"`
	lineSumEnd  = `"}`
	lineDigits  = 16
	fileSumKey  = ",\n  \"checksum\": \""
	fileSumEnd  = "\"\n}\n"
	fileDigits  = 64
	lineClosing = "}"
	fileClosing = "\n}\n"
)

// sum returns the first hexadecimal digits of the SHA-256 of a text.
func sum(text []byte, digits int) string {
	s := sha256.Sum256(text)
	return hex.EncodeToString(s[:])[:digits]
}

// sealLine adds the checksum to the JSON of a line.
func sealLine(line []byte) []byte {
	body := bytes.TrimSuffix(line, []byte(lineClosing))
	return append(bytes.Clone(body), lineSumKey+sum(body, lineDigits)+lineSumEnd...)
}

// sealFile adds the checksum to the indented JSON of a file.
func sealFile(text []byte) []byte {
	body := bytes.TrimSuffix(text, []byte(fileClosing))
	return append(bytes.Clone(body), fileSumKey+sum(body, fileDigits)+fileSumEnd...)
}

// checkLine compares the checksum that a line states, if it states one, with its own.
func checkLine(line []byte, stated string) error {
	return compareSums(line, stated, seal{lineSumKey, lineSumEnd, lineDigits})
}

// checkFile is checkLine for a file.
func checkFile(text []byte, stated string) error {
	return compareSums(text, stated, seal{fileSumKey, fileSumEnd, fileDigits})
}

// seal is the form in which a text ends with its checksum.
type seal struct {
	key, end string
	digits   int
}

func compareSums(text []byte, stated string, s seal) error {
	if stated == "" {
		return nil
	}
	body, ended := bytes.CutSuffix(text, []byte(s.key+stated+s.end))
	if !ended {
		return fmt.Errorf("its checksum %q is not at its end", stated)
	}
	if own := sum(body, s.digits); own != stated {
		return fmt.Errorf("it was changed after it was written: its checksum is %s, but it states "+
			"%s", own, stated)
	}
	return nil
}

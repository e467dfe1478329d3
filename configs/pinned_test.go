package configs

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// pinnedDigests holds, for each shipped config, its digest and the SHA-256 of the digests of its
// cells.
const pinnedDigests = "testdata/digests.txt"

// TestPinnedDigests holds the digests of the shipped configs to those of the program before its
// packages were split (commit 926480f). Run folders are named after them: a digest that changes
// orphans the runs of everyone who has made some.
func TestPinnedDigests(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, entry := range Shipped() {
		whole, err := entry.Sweep.Digest()
		if err != nil {
			t.Fatal(err)
		}
		cells := sha256.New()
		for _, c := range entry.Sweep.Cells {
			digest, err := c.Experiment.Digest()
			if err != nil {
				t.Fatal(err)
			}
			cells.Write([]byte(digest))
		}
		b.WriteString(entry.Name + " " + whole + " " + hex.EncodeToString(cells.Sum(nil)) + "\n")
	}
	want, err := os.ReadFile(pinnedDigests)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the digests of the shipped configs are\n%s\nwant\n%s", b.String(), want)
	}
}

package configs

import (
	"reflect"
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	// Counted by hand; the last two tell the optimal string alignment distance from Levenshtein's
	// (2 for a swap) and from Damerau's (2 for ca -> abc).
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"clip", "clip", 0}, {"clip", "clips", 1},
		{"kernals", "kernels", 1},
		{"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"clpi", "clip", 1}, {"ca", "abc", 3},
	}
	for _, test := range tests {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d; want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("distance(%q, %q) = %d; want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"np", "learning_rate", "clip", "engine"}
	tests := map[string]string{
		"learning-rate": "learning_rate", "LearningRate": "learning_rate", "Clip": "clip",
		"clips": "clip",
		"lr":    "", "momentum": "", "": "", "x": "",
	}
	for word, want := range tests {
		if got := nearest(word, words); got != want {
			t.Errorf("nearest(%q) = %q; want %q", word, got, want)
		}
	}
}

// TestEverySlipIsUnderstood makes every single slip (a letter left out, put in, replaced or swapped
// with the next one) in every key of five letters or more: the key that was meant is suggested.
func TestEverySlipIsUnderstood(t *testing.T) {
	t.Parallel()
	root := reflect.TypeFor[Experiment]()
	for _, path := range keyPaths(root, "") {
		block, key := parentPath(path), path[strings.LastIndex(path, ".")+1:]
		if len(key) < 5 {
			continue
		}
		v, ok := lookUp(reflect.ValueOf(Experiment{}), block)
		if block == "" {
			v, ok = reflect.ValueOf(Experiment{}), true
		}
		if !ok {
			t.Fatalf("no block at %s", block)
		}
		slips := []string{strings.ToUpper(key), strings.ReplaceAll(key, "_", "-")}
		for i := range len(key) - 1 {
			slips = append(slips, key[:i]+key[i+1:], key[:i]+key[i+1:i+2]+key[i:i+1]+key[i+2:])
			for letter := 'a'; letter <= 'z'; letter++ {
				slips = append(slips, key[:i]+string(letter)+key[i:],
					key[:i]+string(letter)+key[i+1:])
			}
		}
		for _, slip := range slips {
			if _, known := fieldOf(v.Type(), slip); known {
				continue
			}
			if got := suggest(root, keyNames(v.Type()), block, slip); got != path {
				t.Errorf("%q in block %q: suggests %q; want %q", slip, block, got, path)
			}
		}
	}
}

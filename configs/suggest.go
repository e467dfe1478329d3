package configs

import (
	"fmt"
	"reflect"
	"strings"
)

// DidYouMean returns ", did you mean ...?" if one of the words is close to a word that is not among
// them, and a semicolon otherwise.
func DidYouMean(word string, words []string) string { return didYouMean(word, words) }

// didYouMean joins "unknown key" and the list of words that are allowed: with a question if one of
// them is close to word, with a semicolon otherwise.
func didYouMean(word string, words []string) string {
	if near := nearest(word, words); near != "" {
		return fmt.Sprintf(", did you mean %q?", near)
	}
	return ";"
}

// notOneOf returns what is wrong with a word that is not one of a list.
func notOneOf(word string, words []string) string {
	return fmt.Sprintf("is %q%s want one of %s", word, didYouMean(word, words),
		strings.Join(words, ", "))
}

// suggest returns the path of the key that an unknown key of the block at path probably stands for:
// one of the block's own keys, or one elsewhere of the same or nearly the same name. It is empty if
// no key comes close.
func suggest(root reflect.Type, own []string, path, key string) string {
	if near := nearest(key, own); near != "" {
		return joinPath(path, near)
	}
	var same, near string
	for _, elsewhere := range keyPaths(root, "") {
		last := elsewhere[strings.LastIndex(elsewhere, ".")+1:]
		switch {
		case same == "" && last == foldCase(key):
			same = elsewhere
		case near == "" && nearest(key, []string{last}) != "":
			near = elsewhere
		}
	}
	if same != "" {
		return same
	}
	return near
}

// nearest returns the word with the smallest edit distance to the given one. It is empty if more
// than a third of the letters differ.
func nearest(word string, words []string) string {
	word = foldCase(word)
	best, bestDistance := "", max(1, len(word)/3)+1
	for _, w := range words {
		if max(len(word)-len(w), len(w)-len(word)) >= bestDistance {
			continue // the distance is at least the difference of the lengths
		}
		if d := distance(word, foldCase(w)); d < bestDistance && d < len(w) {
			best, bestDistance = w, d
		}
	}
	return best
}

// foldCase makes words equal that differ only in case or in the kind of dash.
func foldCase(word string) string { return strings.ReplaceAll(strings.ToLower(word), "-", "_") }

// distance returns the optimal string alignment distance of a and b: the number of letters to
// insert, delete, replace or swap with their neighbor that turns a into b.
func distance(a, b string) int {
	before := make([]int, len(b)+1) // the row before the previous one
	previous := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := previous[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, previous[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, previous = previous, row
	}
	return previous[len(b)]
}

